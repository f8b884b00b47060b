/** Starts the page: the cluster first, so that its workers load while React draws. */
import '@fontsource-variable/inter/index.css';
import '@fontsource-variable/jetbrains-mono/index.css';
import '@xterm/xterm/css/xterm.css';
import { drawPage, optionsFromAddress, startSession } from './ui';

void startSession(optionsFromAddress(location.search));
void drawPage(document.getElementById('root')!);

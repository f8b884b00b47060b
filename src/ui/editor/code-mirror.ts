/** CodeMirror as the page wants it: our colours, the languages of these labs, Ctrl-S saves. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import {
  HighlightStyle,
  StreamLanguage,
  bracketMatching,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from '@codemirror/language';
import { dockerFile } from '@codemirror/legacy-modes/mode/dockerfile';
import { javascript } from '@codemirror/legacy-modes/mode/javascript';
import { nginx } from '@codemirror/legacy-modes/mode/nginx';
import { python } from '@codemirror/legacy-modes/mode/python';
import { shell } from '@codemirror/legacy-modes/mode/shell';
import { yaml } from '@codemirror/legacy-modes/mode/yaml';
import { EditorState, type Extension } from '@codemirror/state';
import {
  EditorView,
  drawSelection,
  highlightActiveLine,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';

export interface EditorHandlers {
  /** The text is another one than before. */
  changed(text: string): void;
  save(): void;
}

export interface CodeEditor {
  readonly text: string;
  setText(text: string): void;
  focus(): void;
  destroy(): void;
}

/** Made of the page's own colours, so that it follows the theme by itself. */
const THEME = EditorView.theme({
  '&': { height: '100%', fontSize: '13px', backgroundColor: 'transparent', color: 'var(--ink)' },
  '.cm-scroller': { fontFamily: 'var(--font-code)', lineHeight: '1.5' },
  '&.cm-focused': { outline: 'none' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--ink-faint)', border: '0' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--line) 35%, transparent)' },
  '.cm-cursor': { borderLeftColor: 'var(--accent)', borderLeftWidth: '2px' },
  '.cm-content': { caretColor: 'var(--accent)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { backgroundColor: 'color-mix(in srgb, var(--service-0) 28%, transparent)' },
  '.cm-matchingBracket': { outline: '1px solid var(--line-strong)' },
});

const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword], color: 'var(--accent)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--teal)' },
  { tag: [tags.comment], color: 'var(--ink-faint)', fontStyle: 'italic' },
  { tag: [tags.number, tags.bool, tags.atom], color: 'var(--violet)' },
  { tag: [tags.meta, tags.propertyName], color: 'var(--indigo)' },
  {
    tag: [tags.definition(tags.variableName), tags.function(tags.variableName)],
    color: 'var(--indigo)',
  },
]);

export function makeEditor(
  place: HTMLElement,
  path: string,
  text: string,
  handlers: EditorHandlers,
): CodeEditor {
  const view = new EditorView({
    parent: place,
    state: EditorState.create({ doc: text, extensions: extensionsFor(path, handlers) }),
  });
  return {
    get text() {
      return view.state.doc.toString();
    },
    setText: (next) => {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}

function extensionsFor(path: string, handlers: EditorHandlers): Extension[] {
  const save = { key: 'Mod-s', preventDefault: true, run: () => (handlers.save(), true) };
  return [
    lineNumbers(),
    history(),
    drawSelection(),
    highlightActiveLine(),
    indentOnInput(),
    bracketMatching(),
    indentUnit.of(path.endsWith('.py') ? '    ' : '  '),
    keymap.of([save, ...defaultKeymap, ...historyKeymap, indentWithTab]),
    EditorView.contentAttributes.of({ 'aria-label': `Text of ${path}` }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) handlers.changed(update.state.doc.toString());
    }),
    THEME,
    syntaxHighlighting(COLOURS),
    ...languageOf(path),
  ];
}

function languageOf(path: string): Extension[] {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (/^Dockerfile|\.dockerfile$/i.test(name)) return [StreamLanguage.define(dockerFile)];
  if (name.endsWith('.py')) return [StreamLanguage.define(python)];
  if (/\.(sh|bash)$|^\.(bashrc|profile)$/.test(name)) return [StreamLanguage.define(shell)];
  if (/\.ya?ml$/.test(name)) return [StreamLanguage.define(yaml)];
  if (/\.m?js$|\.json$/.test(name)) return [StreamLanguage.define(javascript)];
  if (name.endsWith('.conf')) return [StreamLanguage.define(nginx)];
  return [];
}

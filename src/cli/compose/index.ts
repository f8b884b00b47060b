/** Compose files of version 3, as `docker stack deploy` reads them. */
export { parseCompose, isDict, type Dict } from './document';
export { absolute, labelsOf, loadCompose, strings, type Compose, type ComposeFile } from './load';
export { Namespace } from './namespace';
export { ignoredText } from './properties';
export { LABEL_IMAGE, serviceSpec, type ServiceContext } from './service';

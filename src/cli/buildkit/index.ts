export { runBuildKit } from './run-build';

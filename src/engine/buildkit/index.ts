export { BuildKit } from './buildkit';
export { SESSION_ROUTES } from './session';

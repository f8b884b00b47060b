export { BuildKit } from './buildkit';
export { SESSION_ROUTES } from './session';
export { cacheUsage } from './prune';

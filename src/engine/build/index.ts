/** The one door of the builder. */
export { BUILD_ROUTES } from './routes';
export { parseDockerfile, type ParsedDockerfile } from './dockerfile';

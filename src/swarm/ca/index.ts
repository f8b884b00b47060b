export * from './ca-server';
export * from './root';
export * from './tokens';

export * as sys from './sys';
export * from './syscalls';

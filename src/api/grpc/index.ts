/** HTTP/2, gRPC and Protocol Buffers, for BuildKit's session and status stream. */
export * from './grpc';
export type { Header } from './hpack';
export { ProtoWriter, readProto, textOf, type ProtoField } from './protobuf';

/** BuildKit's messages, for the client and the daemon. */
export * from './packets';
export * from './status';

/** Methods of the session that the client offers. */
export const DIFF_COPY = '/moby.filesync.v1.FileSync/DiffCopy';
export const SEND_FILES = '/moby.filesync.v1.FileSend/DiffCopy';
export const CREDENTIALS = '/moby.filesync.v1.Auth/Credentials';
export const GET_SECRET = '/moby.buildkit.secrets.v1.Secrets/GetSecret';
export const CHECK_AGENT = '/moby.sshforward.v1.SSH/CheckAgent';
export const FORWARD_AGENT = '/moby.sshforward.v1.SSH/ForwardAgent';
export const HEALTH_CHECK = '/grpc.health.v1.Health/Check';

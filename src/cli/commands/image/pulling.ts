/**
 * `POST /images/create`, shown as it goes (docker/cli: cli/command/image/trust.go
 * imagePullPrivileged).
 */
import { sys, type Sys } from '../../../kernel';
import { open } from '../../client';
import { showMessages, type MessageDisplay } from '../../message-display';
import { registryAuth } from '../../registry-auth';

/** Pulls `NAME:TAG`, `NAME@DIGEST` or, without either, all tags of NAME. No display: silently. */
export function* pullTo(
  image: string,
  platform: string,
  display: MessageDisplay | undefined,
  env: Readonly<Record<string, string>>,
): Sys<void> {
  const headers = yield* registryAuth(env, image);
  const digest = image.indexOf('@');
  const colon = image.search(/:[^/:]*$/);
  const cut = digest >= 0 ? digest : colon;
  const opened = yield* open('POST', '/images/create', {
    query: {
      fromImage: cut < 0 ? image : image.slice(0, cut),
      tag: cut < 0 ? undefined : image.slice(cut + 1),
      platform: platform || undefined,
    },
    headers,
  });
  yield* showMessages(opened.fd, display);
  yield* sys.close(opened.fd);
}

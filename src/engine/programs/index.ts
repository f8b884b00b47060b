/** Programs that only images bring: servers, and what their images start them with. */
import type { Program, ProgramTable } from '../../kernel';
import { pip, python } from '../python';
import { hello, helloStandIn } from './hello';
import { busyboxHttpd, httpd } from './httpd';
import { nginx, nginxWorker } from './nginx';
import { nginxEntrypoint, nginxEntrypointPart } from './nginx-entrypoint';
import { registry } from './registry';
import { redisCli, redisServer } from './redis';
import { whoami } from './whoami';

export const enginePrograms: ProgramTable = new Map<string, Program>([
  ['nginx', nginx],
  ['nginx-worker', nginxWorker],
  ['nginx-entrypoint', nginxEntrypoint],
  ['nginx-entrypoint-part', nginxEntrypointPart],
  ['httpd', httpd],
  ['busybox-httpd', busyboxHttpd],
  ['whoami', whoami],
  ['hello', hello],
  ['hello-stand-in', helloStandIn],
  ['redis-server', redisServer],
  ['redis-cli', redisCli],
  ['registry', registry],
  ['python3', python],
  ['pip', pip],
]);

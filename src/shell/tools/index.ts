/** The tools of the simulated machines, by family. */
import { AWK_TOOLS } from './awk/awk';
import { cat } from './cat';
import { cmp } from './cmp';
import { DIGEST_TOOLS } from './digest';
import { DISK_TOOLS } from './disk-usage';
import { diff } from './diff';
import { DUMP_TOOLS } from './dump';
import { COPY_TOOLS } from './copy-move';
import { curl } from './curl';
import { FILE_TOOLS } from './files';
import { jq } from './jq/jq';
import { GZIP_TOOLS } from './gzip';
import { TAR_TOOLS } from './tar';
import { edit } from './edit';
import { EXPR_TOOLS } from './expr';
import { LAYOUT_TOOLS } from './layout';
import { MERGE_TOOLS } from './merge';
import { tree } from './tree';
import { BLOCK_TOOLS } from './blocks';
import { cal } from './cal';
import { find } from './find';
import { tput } from './tput';
import { xargs } from './xargs';
import { GREP_TOOLS } from './grep';
import { head, tail } from './head-tail';
import { ls } from './ls';
import { nano } from './nano';
import { NAMESPACE_TOOLS } from './namespaces';
import { NETWORK_TOOLS } from './network';
import { PAGER_TOOLS } from './pager';
import { PROCESS_TOOLS } from './ps';
import { RUNNING_TOOLS } from './running';
import { sed } from './sed';
import { SYSTEM_TOOLS } from './system';
import { TEXT_TOOLS } from './text-tools';
import type { Tool } from './tool';
import { VI_TOOLS } from './vi';
import { watch } from './watch';
import { wget } from './wget';
import { WORD_TOOLS } from './words';

export const TOOLS: readonly Tool[] = [
  cat,
  cmp,
  curl,
  diff,
  ...DIGEST_TOOLS,
  ...DISK_TOOLS,
  ...DUMP_TOOLS,
  edit,
  jq,
  ...EXPR_TOOLS,
  ...LAYOUT_TOOLS,
  ...MERGE_TOOLS,
  tree,
  ...GZIP_TOOLS,
  ...TAR_TOOLS,
  head,
  tail,
  ls,
  sed,
  watch,
  wget,
  ...AWK_TOOLS,
  ...COPY_TOOLS,
  ...RUNNING_TOOLS,
  ...VI_TOOLS,
  nano,
  ...FILE_TOOLS,
  ...BLOCK_TOOLS,
  cal,
  find,
  tput,
  xargs,
  ...GREP_TOOLS,
  ...NAMESPACE_TOOLS,
  ...NETWORK_TOOLS,
  ...PAGER_TOOLS,
  ...PROCESS_TOOLS,
  ...SYSTEM_TOOLS,
  ...TEXT_TOOLS,
  ...WORD_TOOLS,
];
export { HOST_TOOLS } from './host-programs';
export { busyboxProgram, toolProgram, type Tool } from './tool';

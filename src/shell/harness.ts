/** A kernel with the tools of a Debian or an Alpine on it, for the tests of this folder. */
import { decodeUtf8, encodeUtf8, Runtime } from '../base';
import { Kernel, type ExitStatus, type OutputListener, type ProcessListener } from '../kernel';
import { busyboxApplets, debianTools, shellPrograms } from './index';

class Run implements OutputListener, ProcessListener {
  text = '';
  exit: ExitStatus | undefined;
  onOutput(_tag: string, data: Uint8Array): void {
    this.text += decodeUtf8(data);
  }
  onOutputEnd(): void {
    // Only the exit counts.
  }
  onExit(_pid: number, status: ExitStatus): void {
    this.exit = status;
  }
}

const FOLDERS = ['/bin', '/tmp', '/usr/bin', '/usr/sbin'];

/** What a shell prints, on both streams, and how it ends; `args` come after its name. */
export function runShell(
  shell: 'bash' | 'dash' | 'ash' | 'sh',
  args: readonly string[],
  files: Readonly<Record<string, string>> = {},
): { readonly text: string; readonly exit: number | undefined } {
  const runtime = new Runtime(1, 'test');
  const kernel = new Kernel(runtime, {
    hostname: 'box',
    epochUs: 1_700_000_000_000_000,
    cpus: 2,
    memoryBytes: 2 ** 31,
    programs: shellPrograms,
    outside: { openApi: () => undefined, chaos: () => undefined, compute: () => undefined },
  });
  for (const path of FOLDERS) kernel.makeDirectories(path);
  for (const [path, text] of [...toolFiles(shell), ...Object.entries(files)])
    put(kernel, path, text);
  const listener = new Run();
  const input = kernel.openInput();
  input.end();
  const output = kernel.openOutput(listener, 'stdout');
  kernel.startProcess({
    path: shell === 'ash' ? '/bin/ash' : `/usr/bin/${shell}`,
    argv: [shell, ...args],
    env: { PATH: '/usr/bin:/bin', HOME: '/root' },
    cwd: '/tmp',
    stdio: [input, output, output],
    listener,
  });
  for (let i = 0; i < 100_000 && !listener.exit; i++) {
    runtime.now = Math.max(runtime.now, runtime.nextAt());
    runtime.fireOne();
  }
  return { text: listener.text, exit: listener.exit?.exitCode };
}

/** /bin is /usr/bin's other name on a Debian. */
function toolFiles(shell: string): [string, string][] {
  if (shell === 'ash')
    return [...busyboxApplets].map((name) => [`/bin/${name}`, '#!drydock busybox\n']);
  return debianTools.flatMap(({ path, program }): [string, string][] => {
    const text = `#!drydock ${program}\n`;
    const other = path.replace(/^\/usr\/s?bin\//, '/bin/');
    return other === path
      ? [[path, text]]
      : [
          [path, text],
          [other, text],
        ];
  });
}

function put(kernel: Kernel, path: string, text: string): void {
  const dir = kernel.find(path.replace(/\/[^/]*$/, '')).inode;
  const name = path.replace(/^.*\//, '');
  const inode = dir.fs.create(dir, name, { type: 'file', mode: 0o755, uid: 0, gid: 0 });
  dir.fs.write(inode, 0, encodeUtf8(text));
}

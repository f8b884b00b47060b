/** Loops of scripts in a machine that is copied in their midst. */
import { expect, test } from 'vitest';
import { decodeUtf8, deepClone, encodeUtf8, Runtime } from '../../base';
import { Kernel, type OutputListener } from '../../kernel';
import { debianTools, shellPrograms } from '../index';

class World implements OutputListener {
  text = '';
  readonly runtime = new Runtime(1, 'test');
  readonly kernel: Kernel;
  readonly pid: number;

  constructor(shell: string, script: string) {
    this.kernel = new Kernel(this.runtime, {
      hostname: 'box',
      epochUs: 1_700_000_000_000_000,
      cpus: 2,
      memoryBytes: 2 ** 31,
      programs: shellPrograms,
      outside: { openApi: () => undefined, chaos: () => undefined, compute: () => undefined },
    });
    for (const path of ['/usr/bin', '/usr/sbin', '/tmp']) this.kernel.makeDirectories(path);
    for (const { path, program } of debianTools) {
      const dir = this.kernel.find(path.replace(/\/[^/]*$/, '')).inode;
      const name = path.replace(/^.*\//, '');
      const inode = dir.fs.create(dir, name, { type: 'file', mode: 0o755, uid: 0, gid: 0 });
      dir.fs.write(inode, 0, encodeUtf8(`#!drydock ${program}\n`));
    }
    const output = this.kernel.openOutput(this, 'stdout');
    this.pid = this.kernel.startProcess({
      path: `/usr/bin/${shell}`,
      argv: [shell, '-c', script],
      env: { PATH: '/usr/bin' },
      cwd: '/tmp',
      stdio: [this.kernel.nullFile(), output, output],
    });
  }

  onOutput(_tag: string, data: Uint8Array): void {
    this.text += decodeUtf8(data);
  }

  onOutputEnd(): void {
    // The text is what counts.
  }

  run(untilUs: number): void {
    while (this.runtime.nextAt() <= untilUs) {
      this.runtime.now = Math.max(this.runtime.now, this.runtime.nextAt());
      this.runtime.fireOne();
    }
    this.runtime.now = untilUs;
  }
}

const SCRIPT = `
add() { local k=$1; total=$((total + k)); list="$list $k"; seen[$k]=x; }
total=0
for i in $(seq 1 90); do
  add $i
  j=0
  while [ $j -lt 40 ]; do j=$((j + 1)); [ $j = 7 ] && continue; last=$i.$j; done
  for ((c = 0; c < 35; c++)); do :; done
  [ $((i % 30)) = 0 ] && echo "$i $total $last $c" && sleep 0.01
done
until [ $total -lt 10 ]; do total=$((total - 7)); done
echo $total \${#seen[@]} $list | cksum
`;

test('a copy made within nested loops goes on like the original', () => {
  const original = new World('bash', SCRIPT);
  for (let at = 1; at < 12; at++) {
    original.run(at * 60_000);
    const copy = deepClone(original);
    const again = deepClone(copy);
    copy.run(20_000_000);
    again.run(at * 60_000 + 500);
    const third = deepClone(again);
    third.run(20_000_000);
    original.run(at * 60_000 + 1);
    expect(third.text).toBe(copy.text);
  }
  const last = deepClone(original);
  original.run(20_000_000);
  last.run(20_000_000);
  expect(original.text.split('\n').length).toBe(5);
  expect(last.text).toBe(original.text);
  const straight = new World('bash', SCRIPT);
  straight.run(20_000_000);
  expect(straight.text).toBe(original.text);
});

test.each(['bash', 'dash'])('an endless loop of %s keeps a short journal', (shell) => {
  const world = new World(shell, 'n=0; until false; do sleep 0.1; n=$((n + 1)); done');
  const lengths: number[] = [];
  for (let at = 1; at <= 10; at++) {
    world.run(at * 60_000_000);
    lengths.push(world.kernel.process(world.pid)!.continuation.journalLength);
  }
  expect(Math.max(...lengths)).toBeLessThan(2 * Math.min(...lengths.slice(1)) + 600);
});

/** What is mounted where: the union filesystem at /, and what covers parts of it. */
import type { ContainerXray, XrayMount } from '../../api';
import type { ContainerRecord } from './use-container';

interface Props {
  readonly xray: ContainerXray;
  readonly record: ContainerRecord;
}

export function Mounts({ xray, record }: Props) {
  return (
    <section className="fact-mounts">
      <h2>
        Mounts <small>{xray.mounts.length}, the first is what its image gives</small>
      </h2>
      <table>
        <tbody>
          {xray.mounts.map((mount, i) => {
            const [kind, words] = kindOf(mount, record);
            return (
              <tr key={`${i} ${mount.path}`} data-kind={kind}>
                <th scope="row">
                  <code>{mount.path}</code>
                </th>
                <td>{mount.type}</td>
                <td>{words}</td>
                <td>{mount.readOnly ? 'read-only' : ''}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function kindOf(mount: XrayMount, record: ContainerRecord): readonly [string, string] {
  const given = record.Mounts.find((each) => each.Destination === mount.path);
  if (given?.Type === 'volume') return ['own', `volume ${given.Name ?? ''}`];
  if (given?.Type === 'bind') return ['own', `bind: ${given.Source} of the machine`];
  if (mount.path === '/') return ['root', 'layers of the image, the writable one on top'];
  if (/^\/etc\/(hosts|hostname|resolv\.conf)$/.test(mount.path)) {
    return ['given', 'bind: a file that the engine keeps for it'];
  }
  return ['given', GIVEN[mount.type] ?? mount.source];
}

const GIVEN: Readonly<Record<string, string>> = {
  proc: 'its own processes only',
  tmpfs: 'in memory, gone with it',
  sysfs: 'devices of the machine',
  devpts: 'its terminals',
  mqueue: 'message queues',
  cgroup: 'control groups',
  cgroup2: 'control groups',
};

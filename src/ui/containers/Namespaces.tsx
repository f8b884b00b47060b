/** The container's namespaces beside those of its machine: which are its own, which are shared. */
import type { ContainerXray, NamespaceName } from '../../api';

/** What each one separates, in the order of `lsns`. */
const KINDS: readonly (readonly [NamespaceName, string])[] = [
  ['pid', 'process numbers'],
  ['mnt', 'what / is'],
  ['net', 'interfaces, ports'],
  ['uts', 'host name'],
  ['ipc', 'shared memory'],
  ['cgroup', 'sight of groups'],
  ['user', 'user numbers'],
];

interface Props {
  readonly node: string;
  readonly xray: ContainerXray;
}

export function Namespaces({ node, xray }: Props) {
  const first = xray.processes[0];
  if (!first) return null;
  const own = KINDS.filter(([name]) => first.namespaces[name] !== xray.host[name]).length;
  return (
    <section className="fact-namespaces">
      <h2>
        Namespaces <small>{own} of 7 are its own</small>
      </h2>
      <table>
        <thead>
          <tr>
            <th scope="col">{node}</th>
            <th scope="col">
              <span className="visually-hidden">kind</span>
            </th>
            <th scope="col">container</th>
          </tr>
        </thead>
        <tbody>
          {KINDS.map(([name, words]) => {
            const there = xray.host[name];
            const here = first.namespaces[name];
            const shared = there === here;
            return (
              <tr key={name} data-shared={shared} title={words}>
                <td>
                  <code>{there}</code>
                </td>
                <th scope="row">
                  <span>
                    <b>{name}</b>
                    <small>{shared ? 'shared' : words}</small>
                  </span>
                </th>
                <td>
                  <code>{here}</code>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

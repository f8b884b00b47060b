/** How a container is attached: its interface, the veth pair, the bridge, the machine, published ports. */
import type { ContainerXray, PortSummary, XrayInterface } from '../../api';
import { portTexts, type ContainerRecord } from './use-container';

interface Props {
  readonly node: string;
  readonly xray: ContainerXray;
  readonly record: ContainerRecord;
  readonly ports: readonly PortSummary[];
}

export function Network({ node, xray, record, ports }: Props) {
  const devices = xray.interfaces.filter((device) => device.kind !== 'loopback');
  const first = xray.processes[0];
  const shared = first?.namespaces.net === xray.host.net;
  const texts = portTexts(ports);
  return (
    <section className="fact-network">
      <h2>
        Network <small>{texts.length > 0 ? texts.join(', ') : 'no port published'}</small>
      </h2>
      {shared ? (
        <p>It shares the network of {node}: no interface, address or port of its own.</p>
      ) : devices.length === 0 ? (
        <p>Only lo: it reaches nobody, and nobody reaches it.</p>
      ) : (
        <ol>
          {devices.map((device) => (
            <Attachment key={device.name} node={node} device={device} record={record} />
          ))}
        </ol>
      )}
    </section>
  );
}

interface AttachmentProps {
  readonly node: string;
  readonly device: XrayInterface;
  readonly record: ContainerRecord;
}

function Attachment({ node, device, record }: AttachmentProps) {
  const address = device.addresses[0]?.split('/')[0];
  const network = Object.entries(record.NetworkSettings.Networks).find(
    ([, settings]) => settings.IPAddress === address,
  )?.[0];
  const bridge = device.bridge !== '' ? device.bridge : undefined;
  return (
    <li>
      <Station name={device.name} text={device.addresses.join(', ') || 'no address'} own>
        {device.mac}
      </Station>
      <Wire text={device.hostEnd === '' ? device.kind : 'veth pair'} />
      {device.hostEnd !== '' && <Station name={device.hostEnd} text={`port of ${bridge ?? '?'}`} />}
      {device.hostEnd !== '' && bridge !== undefined && (
        <>
          <Wire text="" />
          <Station name={bridge} text={device.bridgeAddress}>
            {network && `network ${network}`}
          </Station>
          <Wire text="NAT" />
          <Station name={`eth0 of ${node}`} text="the LAN" />
        </>
      )}
      {device.hostEnd === '' && (
        <Station
          name={network ?? 'network'}
          text="its other end is in the network's own namespace"
        />
      )}
    </li>
  );
}

interface StationProps {
  readonly name: string;
  readonly text: string;
  readonly own?: boolean;
  readonly children?: React.ReactNode;
}

function Station({ name, text, own = false, children }: StationProps) {
  return (
    <div className="station" data-own={own}>
      <b>{name}</b>
      <code>{text}</code>
      {children && <small>{children}</small>}
    </div>
  );
}

function Wire({ text }: { readonly text: string }) {
  return <span className="wire">{text}</span>;
}

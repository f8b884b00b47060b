/**
 * `docker swarm ca`: shows the root certificate; `--rotate` replaces it and waits for the
 * nodes.
 */
import type { Node, SwarmInfo } from '../../../api';
import { sys, type Sys } from '../../../kernel';
import type { Command } from '../../command';
import { noArgs } from '../../command';
import { get, post } from '../../client';
import { CliError } from '../../errors';
import { readUserFile } from '../../files';
import { line, out } from '../../invocation';
import { MessageDisplay } from '../../message-display';
import { applyCaFlags, updateQuery } from './spec';

export const swarmCa: Command = {
  kind: 'command',
  name: 'ca',
  usage: '[OPTIONS]',
  summary: 'Display and rotate the root CA',
  flags: [
    {
      name: 'ca-cert',
      type: 'pem-file',
      help: 'Path to the PEM-formatted root CA certificate to use for the new cluster',
    },
    {
      name: 'ca-key',
      type: 'pem-file',
      help: 'Path to the PEM-formatted root CA key to use for the new cluster',
    },
    {
      name: 'cert-expiry',
      type: 'duration',
      help: 'Validity period for node certificates (ns|us|ms|s|m|h) (default 2160h0m0s)',
      preset: '2160h0m0s',
    },
    {
      name: 'detach',
      short: 'd',
      type: 'bool',
      help: 'Exit immediately instead of waiting for the root rotation to converge',
    },
    {
      name: 'external-ca',
      type: 'external-ca',
      help: 'Specifications of one or more certificate signing endpoints',
    },
    { name: 'quiet', short: 'q', type: 'bool', help: 'Suppress progress output' },
    {
      name: 'rotate',
      type: 'bool',
      help:
        'Rotate the swarm CA - if no certificate or key are provided, new ones will be ' +
        'generated',
    },
  ],
  args: noArgs,
  *run({ flags }) {
    const swarm = yield* get<SwarmInfo>('/swarm');
    if (!flags.bool('rotate')) {
      for (const name of ['ca-cert', 'ca-key', 'cert-expiry', 'external-ca']) {
        if (flags.changed(name))
          throw new CliError(`\`--${name}\` flag requires the \`--rotate\` flag to update the CA`);
      }
      yield* printCa(swarm);
      return;
    }
    applyCaFlags(swarm.Spec, flags);
    if (flags.changed('ca-cert'))
      swarm.Spec.CAConfig.SigningCACert = yield* readUserFile(flags.text('ca-cert'));
    if (flags.changed('ca-key'))
      swarm.Spec.CAConfig.SigningCAKey = yield* readUserFile(flags.text('ca-key'));
    swarm.Spec.CAConfig.ForceRotate = (swarm.Spec.CAConfig.ForceRotate ?? 0) + 1;
    yield* post('/swarm/update', { query: updateQuery(swarm.Version.Index), body: swarm.Spec });
    if (flags.bool('detach')) return;
    yield* rotation(flags.bool('quiet'));
    yield* printCa(yield* get<SwarmInfo>('/swarm'));
  },
};

function* printCa(swarm: SwarmInfo): Sys<void> {
  if (!swarm.TLSInfo?.TrustRoot) throw new CliError('No CA information available');
  yield* line(swarm.TLSInfo.TrustRoot.trim());
}

/**
 * Polls every 200 ms until every node has a certificate of the new root
 * (progress/root_rotation.go).
 */
function* rotation(quiet: boolean): Sys<void> {
  const display = yield* MessageDisplay.onStdout();
  for (;;) {
    const swarm = yield* get<SwarmInfo>('/swarm');
    const nodes = yield* get<Node[]>('/nodes');
    const digestOf = (root: string | undefined) => root ?? '';
    const certs = nodes.filter(
      (node) => node.Description.TLSInfo?.CertIssuerPublicKey === swarm.TLSInfo.CertIssuerPublicKey,
    ).length;
    const roots = nodes.filter(
      (node) => digestOf(node.Description.TLSInfo?.TrustRoot) === swarm.TLSInfo.TrustRoot,
    ).length;
    if (!quiet) {
      const bar = (id: string, done: number) => ({
        id,
        status: '',
        progress: { current: done, total: nodes.length, units: 'nodes' },
      });
      yield* out('');
      yield* display.show(bar('rotated TLS certificates', certs));
      yield* display.show(bar('rotated CA certificates', roots));
    }
    if (!swarm.RootRotationInProgress) return;
    yield* sys.sleep(200_000);
  }
}

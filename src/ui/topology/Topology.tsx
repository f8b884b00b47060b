/** The room of machines: drag to arrange, right-click to break, messages on their way. */
import '@xyflow/react/dist/style.css';
import {
  ReactFlow,
  ReactFlowProvider,
  applyNodeChanges,
  useReactFlow,
  type EdgeTypes,
  type NodeChange,
  type NodeTypes,
} from '@xyflow/react';
import { useEffect, useMemo, useState } from 'react';
import { useCluster } from '../state/cluster-store';
import { select, showTerminal, usePage } from '../state/page-store';
import { ActionMenu, type MenuPlace } from './ActionMenu';
import { CutLayer } from './CutLayer';
import { FlightLayer } from './FlightLayer';
import { LinkEdge, type LinkLine } from './LinkEdge';
import { MachineCard, type MachineNode } from './MachineCard';
import { RoomTools } from './RoomTools';
import { CARD_HEIGHT, CARD_WIDTH, NARROW_WIDTH, ringPlace } from './layout';
import './topology.css';

const TYPES: NodeTypes = { machine: MachineCard };
const EDGE_TYPES: EdgeTypes = { link: LinkEdge };
/** With more machines than these, lines between all of them say nothing. */
const MAX_MESH = 12;
const FIT = {
  padding: { top: '64px', bottom: '12px', x: innerWidth <= 720 ? '10px' : '32px' },
  maxZoom: 1,
} as const;

export function Topology() {
  return (
    <ReactFlowProvider>
      <Room />
    </ReactFlowProvider>
  );
}

function Room() {
  const machines = useCluster((s) => s.nodes);
  const cutting = usePage((s) => s.cutting);
  const [nodes, setNodes] = useState<MachineNode[]>([]);
  const [menu, setMenu] = useState<MenuPlace>();
  const names = useMemo(() => machines.map((m) => m.name).join(' '), [machines]);
  const edges = useMemo(() => mesh(names), [names]);
  useFitting(nodes.length);

  const [placedFor, setPlacedFor] = useState('');
  if (placedFor !== names) {
    setPlacedFor(names);
    setNodes(placed(names === '' ? [] : names.split(' '), nodes));
  }

  return (
    <div className="topology">
      <ReactFlow<MachineNode, LinkLine>
        nodes={nodes}
        edges={edges}
        nodeTypes={TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={(changes: NodeChange<MachineNode>[]) =>
          setNodes((before) => applyNodeChanges(changes, before))
        }
        onNodeClick={(_event, node) => {
          select({ kind: 'node', node: node.id });
          showTerminal(node.id);
        }}
        onNodeContextMenu={(event, node) => {
          event.preventDefault();
          setMenu({ kind: 'node', node: node.id, ...placeOf(event) });
        }}
        onEdgeClick={(_event, { source, target }) =>
          select({ kind: 'link', from: source, to: target })
        }
        onEdgeContextMenu={(event, { source, target }) => {
          event.preventDefault();
          setMenu({ kind: 'link', from: source, to: target, ...placeOf(event) });
        }}
        onPaneClick={() => select(undefined)}
        nodesConnectable={false}
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        fitView
        fitViewOptions={FIT}
        minZoom={0.15}
        maxZoom={2}
        proOptions={{ hideAttribution: true }}
      >
        <FlightLayer nodes={nodes} />
        {cutting && <CutLayer nodes={nodes} />}
      </ReactFlow>
      <RoomTools />
      {menu && <ActionMenu place={menu} close={() => setMenu(undefined)} />}
    </div>
  );
}

/** Every machine in sight again when one comes or goes, or when the room for them changes. */
function useFitting(count: number): void {
  const { fitView } = useReactFlow();
  useEffect(() => {
    const place = document.querySelector('.topology');
    if (!place) return;
    const fit = () => void fitView({ ...FIT, duration: 160 });
    const observer = new ResizeObserver(fit);
    observer.observe(place);
    const timer = setTimeout(fit, 60);
    return () => {
      observer.disconnect();
      clearTimeout(timer);
    };
  }, [fitView, count]);
}

function placed(names: readonly string[], before: readonly MachineNode[]): MachineNode[] {
  return names.map((name, i) => {
    const known = before.find((n) => n.id === name);
    if (known && before.length === names.length) return known;
    const narrow = innerWidth <= 720;
    const width = narrow ? NARROW_WIDTH : CARD_WIDTH;
    const { x, y } = ringPlace(i, names.length, narrow);
    return {
      id: name,
      type: 'machine',
      position: { x: x - width / 2, y: y - CARD_HEIGHT / 2 },
      data: { name },
      width,
      ariaLabel: name,
      ...(known?.measured ? { measured: known.measured } : {}),
    };
  });
}

function mesh(names: string): LinkLine[] {
  const list = names === '' ? [] : names.split(' ');
  if (list.length > MAX_MESH) return [];
  return list.flatMap((source, i) =>
    list.slice(i + 1).map((target): LinkLine => ({
      id: `${source} ${target}`,
      type: 'link',
      source,
      target,
      data: {},
      ariaLabel: `Link between ${source} and ${target}`,
    })),
  );
}

function placeOf(event: { readonly clientX: number; readonly clientY: number }) {
  return { x: event.clientX, y: event.clientY };
}

/** The room of machines: drag to arrange, right-click to break, messages on their way. */
import '@xyflow/react/dist/style.css';
import {
  ReactFlow,
  ReactFlowProvider,
  applyNodeChanges,
  type NodeChange,
  type NodeTypes,
} from '@xyflow/react';
import { useEffect, useMemo, useState } from 'react';
import { useCluster } from '../state/cluster-store';
import { select, showTerminal } from '../state/page-store';
import { LinkLayer } from './LinkLayer';
import { MachineCard, type MachineNode } from './MachineCard';
import { NodeMenu, type MenuPlace } from './NodeMenu';
import { CARD_HEIGHT, CARD_WIDTH, ringPlace } from './layout';
import './topology.css';

const TYPES: NodeTypes = { machine: MachineCard };

export function Topology() {
  return (
    <ReactFlowProvider>
      <Room />
    </ReactFlowProvider>
  );
}

function Room() {
  const machines = useCluster((s) => s.nodes);
  const [nodes, setNodes] = useState<MachineNode[]>([]);
  const [menu, setMenu] = useState<MenuPlace>();
  const names = useMemo(() => machines.map((m) => m.name).join(' '), [machines]);

  useEffect(() => {
    const list = names === '' ? [] : names.split(' ');
    setNodes((before) =>
      list.map((name, i) => {
        const known = before.find((n) => n.id === name);
        if (known && before.length === list.length) return known;
        const { x, y } = ringPlace(i, list.length);
        const position = { x: x - CARD_WIDTH / 2, y: y - CARD_HEIGHT / 2 };
        return { id: name, type: 'machine', position, data: { name }, width: CARD_WIDTH };
      }),
    );
  }, [names]);

  return (
    <div className="topology" onClick={() => setMenu(undefined)}>
      <ReactFlow<MachineNode>
        nodes={nodes}
        edges={[]}
        nodeTypes={TYPES}
        onNodesChange={(changes: NodeChange<MachineNode>[]) =>
          setNodes((before) => applyNodeChanges(changes, before))
        }
        onNodeClick={(_event, node) => {
          select({ kind: 'node', node: node.id });
          showTerminal(node.id);
        }}
        onNodeContextMenu={(event, node) => {
          event.preventDefault();
          setMenu({ node: node.id, x: event.clientX, y: event.clientY });
        }}
        onPaneClick={() => select(undefined)}
        nodesConnectable={false}
        fitView
        fitViewOptions={{ padding: 0.2, maxZoom: 1 }}
        minZoom={0.2}
        maxZoom={2}
        proOptions={{ hideAttribution: true }}
      >
        <LinkLayer nodes={nodes} />
      </ReactFlow>
      {menu && <NodeMenu place={menu} close={() => setMenu(undefined)} />}
    </div>
  );
}

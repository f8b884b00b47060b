/** The command palette: type a few letters of what is wanted. */
import { Command } from 'cmdk';
import { useMemo } from 'react';
import { useCluster } from '../state/cluster-store';
import { setPalette } from '../state/page-store';
import { paletteItems } from './commands';
import './palette.css';

export function Palette() {
  const items = useMemo(() => paletteItems(useCluster.getState()), []);
  const groups = [...new Set(items.map((item) => item.group))];
  return (
    <div className="palette-ground" onPointerDown={() => setPalette(false)}>
      <Command
        className="palette"
        label="Commands"
        loop
        onPointerDown={(event) => event.stopPropagation()}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setPalette(false);
        }}
      >
        <Command.Input
          placeholder="Type a command: crash node2, raft, pause"
          ref={(input: HTMLInputElement | null) => input?.focus()}
        />
        <Command.List>
          <Command.Empty>Nothing of that name. Docker commands go into a terminal.</Command.Empty>
          {groups.map((group) => (
            <Command.Group key={group} heading={group}>
              {items
                .filter((item) => item.group === group)
                .map((item) => (
                  <Command.Item
                    key={`${item.label} ${item.hint ?? ''}`}
                    value={`${item.label} ${item.hint ?? ''} ${group}`}
                    onSelect={() => {
                      setPalette(false);
                      item.run();
                    }}
                  >
                    <span>{item.label}</span>
                    {item.hint !== undefined && <code>{item.hint}</code>}
                  </Command.Item>
                ))}
            </Command.Group>
          ))}
        </Command.List>
      </Command>
    </div>
  );
}

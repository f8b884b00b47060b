/** What the signs and keys mean, in a panel at the side that leaves the rest in reach. */
import { X } from 'lucide-react';
import { RankGlyph } from '../topology/RankGlyph';
import { setHelp } from '../state/page-store';
import './help.css';

const KEYS = [
  ['Ctrl K', 'every command of the page'],
  ['F6', 'on to the next part of the page, also out of a terminal'],
  ['Ctrl Shift C, Ctrl Shift V', 'copy and paste in a terminal; a right click does either'],
  ['Ctrl Shift F', 'find in a terminal'],
  ['Tab, arrows, Return', 'on the canvas: go to a machine or link, move it, inspect it'],
  ['Shift F10 or the menu key', 'what can be done to that machine or link'],
  ['Escape', 'close what is open'],
] as const;

const CHANNELS = [
  ['raft', 'Raft: managers agree on a log'],
  ['dispatcher', 'dispatcher: managers give tasks, workers send heartbeats'],
  ['gossip', 'gossip: engines tell each other who is alive'],
  ['request', 'requests: your traffic to a service'],
  ['own', 'what your last command caused'],
] as const;

export function Help() {
  return (
    <aside
      className="help"
      aria-label="Help"
      onKeyDown={(event) => event.key === 'Escape' && setHelp(false)}
    >
      <button
        type="button"
        className="help-close"
        aria-label="Close the help"
        ref={(button) => button?.focus()}
        onClick={() => setHelp(false)}
      >
        <X size={14} aria-hidden />
      </button>
      <h2>Signs</h2>
      <ul className="help-signs">
        <li data-rank="manager">
          <RankGlyph rank="manager" off={false} /> a manager: keeps the swarm's state and votes
        </li>
        <li data-rank="leader">
          <RankGlyph rank="leader" off={false} /> with a gold ring and a crown: the leader
        </li>
        <li>
          <RankGlyph rank="worker" off={false} /> a worker: runs tasks
        </li>
        <li>
          <RankGlyph rank="alone" off={false} /> in no swarm
        </li>
        <li data-power="off">
          <RankGlyph rank="alone" off /> without power
        </li>
      </ul>
      <h2>Messages</h2>
      <ul className="help-signs">
        {CHANNELS.map(([channel, text]) => (
          <li key={channel}>
            <i data-channel={channel} aria-hidden /> {text}
          </li>
        ))}
      </ul>
      <h2>Keys</h2>
      <dl className="help-keys">
        {KEYS.map(([keys, text]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <h2>Breaking things</h2>
      <p>
        Right-click a machine or a link, draw a line with <b>Cut links</b>, or type{' '}
        <code>chaos help</code> in any terminal. <code>chaos undo</code> takes the last step back.
      </p>
    </aside>
  );
}

/** Keys that a phone's keyboard lacks, above it. */
import { useState } from 'react';
import { usePage } from '../state/page-store';
import { terminalOf } from '../terminal/terminal-session';

const KEYS = [
  ['Esc', '\x1b', 'Escape'],
  ['Tab', '\t', 'Tab: complete'],
  ['↑', '\x1b[A', 'Up: earlier commands'],
  ['↓', '\x1b[B', 'Down'],
  ['←', '\x1b[D', 'Left'],
  ['→', '\x1b[C', 'Right'],
  ['|', '|', 'Pipe'],
  ['/', '/', 'Slash'],
  ['-', '-', 'Dash'],
] as const;

/** Letters that go with Ctrl, offered once Ctrl is pressed. */
const CONTROLS = ['C', 'D', 'Z', 'R', 'L', 'A', 'E'] as const;

export function KeyRow() {
  const node = usePage((s) => s.terminal);
  const [control, setControl] = useState(false);
  const press = (text: string) => {
    const session = terminalOf(node, usePage.getState().theme);
    session.type(text);
    session.terminal.focus();
    setControl(false);
  };
  const keep = (event: React.PointerEvent) => event.preventDefault();
  return (
    <div className="key-row" role="toolbar" aria-label="Keys" onPointerDown={keep}>
      <button type="button" aria-pressed={control} onClick={() => setControl(!control)}>
        Ctrl
      </button>
      {control
        ? CONTROLS.map((letter) => (
            <button
              key={letter}
              type="button"
              aria-label={`Control ${letter}`}
              onClick={() => press(String.fromCharCode(letter.charCodeAt(0) - 64))}
            >
              ^{letter}
            </button>
          ))
        : KEYS.map(([label, text, name]) => (
            <button key={label} type="button" aria-label={name} onClick={() => press(text)}>
              {label}
            </button>
          ))}
    </div>
  );
}

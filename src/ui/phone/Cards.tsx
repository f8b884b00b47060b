/** On a phone: guide, cluster and terminal are three full-screen cards to swipe. */
import { BookOpen, Network, SquareTerminal } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Canvas } from '../canvas/Canvas';
import { Guide } from '../guide/Guide';
import { Inspector } from '../inspector/Inspector';
import { showCard, usePage, type Card } from '../state/page-store';
import { TerminalPanel } from '../terminal/TerminalPanel';
import { Timeline } from '../timeline/Timeline';
import { KeyRow } from './KeyRow';
import './phone.css';

const CARDS = [
  ['guide', 'Guide', BookOpen],
  ['canvas', 'Cluster', Network],
  ['terminal', 'Terminal', SquareTerminal],
] as const;

export function Cards() {
  const card = usePage((s) => s.card);
  const selected = usePage((s) => s.selection !== undefined);
  const strip = useRef<HTMLElement>(null);
  const settled = useRef<Card>('guide');

  useEffect(() => {
    if (settled.current === card) return;
    settled.current = card;
    const at = CARDS.findIndex(([name]) => name === card);
    const element = strip.current!;
    element.scrollTo({ left: at * element.clientWidth, behavior: smooth() });
  }, [card]);

  return (
    <>
      <main
        className="cards"
        ref={strip}
        onScrollEnd={(event) => {
          const { scrollLeft, clientWidth } = event.currentTarget;
          const name = CARDS[Math.round(scrollLeft / clientWidth)]?.[0];
          if (event.target !== event.currentTarget || name === undefined) return;
          settled.current = name;
          showCard(name);
        }}
      >
        <div className="card">
          <Guide />
        </div>
        <div className="card card-canvas">
          <Canvas />
          {selected && <Inspector />}
          <Timeline />
        </div>
        <div className="card card-terminal">
          <TerminalPanel />
          <KeyRow />
        </div>
      </main>
      <nav className="cards-nav" aria-label="Parts of the page">
        {CARDS.map(([name, label, Icon]) => (
          <button
            key={name}
            type="button"
            aria-current={card === name ? 'page' : undefined}
            onClick={() => showCard(name)}
          >
            <Icon size={18} aria-hidden />
            {label}
          </button>
        ))}
      </nav>
    </>
  );
}

function smooth(): ScrollBehavior {
  return matchMedia('(prefers-reduced-motion: reduce)').matches ? 'instant' : 'smooth';
}

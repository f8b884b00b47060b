/** Virtual time, drawn between updates by the speed that the host reports. */
import { useEffect, useRef } from 'react';
import { useCluster } from '../state/cluster-store';
import { formatClock, virtualNow } from '../state/virtual-time';

/** Each change paints the bar anew; nobody reads more of them. */
const LOOK_MS = 100;

export function Clock() {
  const place = useRef<HTMLTimeElement>(null);
  useEffect(() => {
    const draw = () => {
      const text = formatClock(virtualNow(useCluster.getState()));
      if (place.current && place.current.textContent !== text) place.current.textContent = text;
    };
    draw();
    const timer = setInterval(draw, LOOK_MS);
    return () => clearInterval(timer);
  }, []);
  return <time className="bar-clock" ref={place} aria-label="Time of the cluster" />;
}

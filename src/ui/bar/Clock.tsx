/** Virtual time, drawn between updates by the speed that the host reports. */
import { useEffect, useRef } from 'react';
import { useCluster } from '../state/cluster-store';
import { formatClock, virtualNow } from '../state/virtual-time';

export function Clock() {
  const place = useRef<HTMLTimeElement>(null);
  useEffect(() => {
    let frame = 0;
    const draw = () => {
      const text = formatClock(virtualNow(useCluster.getState()));
      if (place.current && place.current.textContent !== text) place.current.textContent = text;
      frame = requestAnimationFrame(draw);
    };
    draw();
    return () => cancelAnimationFrame(frame);
  }, []);
  return <time className="bar-clock" ref={place} aria-label="Time of the cluster" />;
}

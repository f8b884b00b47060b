/** Markdown of a lab as HTML. Raw HTML in it stays text (micromark's default). */
import { micromark } from 'micromark';
import { useMemo } from 'react';

export function Prose({ markdown }: { readonly markdown: string }) {
  const html = useMemo(() => micromark(markdown), [markdown]);
  return <div className="prose" dangerouslySetInnerHTML={{ __html: html }} />;
}

/** Makes, inside the page, the archive of an image with many layers and files, and drops it. */
import type { Page } from '@playwright/test';

export async function dropBigImage(page: Page, layers: number, files: number): Promise<void> {
  await page.evaluate(
    async ([layerCount, fileCount]) => {
      const encoder = new TextEncoder();
      const header = (name: string, size: number, kind: string) => {
        const block = new Uint8Array(512);
        const put = (at: number, text: string) => block.set(encoder.encode(text), at);
        const octal = (n: number, width: number) => n.toString(8).padStart(width - 1, '0');
        put(0, name);
        put(100, `${octal(0o644, 8)}\0${octal(0, 8)}\0${octal(0, 8)}\0`);
        put(124, `${octal(size, 12)}\0${octal(1_700_000_000, 12)}\0        ${kind}`);
        put(257, 'ustar\u000000');
        const sum = block.reduce((total, byte) => total + byte, 0);
        put(148, `${octal(sum, 7)}\0 `);
        return block;
      };
      const parts: Uint8Array[] = [];
      const add = (into: Uint8Array[], name: string, data: Uint8Array) => {
        into.push(header(name, data.length, '0'), data);
        into.push(new Uint8Array((512 - (data.length % 512)) % 512));
      };
      const joined = async (pieces: readonly Uint8Array[]) =>
        new Uint8Array(await new Blob([...pieces] as BlobPart[]).arrayBuffer());
      const end = new Uint8Array(1024);
      const digest = async (bytes: Uint8Array) =>
        [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as BufferSource))]
          .map((byte) => byte.toString(16).padStart(2, '0'))
          .join('');
      const diffIds: string[] = [];
      const names: string[] = [];
      for (let layer = 0; layer < layerCount; layer++) {
        const pieces: Uint8Array[] = [];
        for (let i = 0; i < fileCount / layerCount; i++) {
          const folder = `usr/lib/part${i % 40}/group${i % 7}`;
          add(pieces, `${folder}/file-${layer}-${i}`, encoder.encode(`${layer} ${i}\n`));
        }
        const tar = await joined([...pieces, end]);
        diffIds.push(`sha256:${await digest(tar)}`);
        names.push(`${layer}.tar`);
        add(parts, `${layer}.tar`, tar);
      }
      const created = '2023-01-01T00:00:00Z';
      const history = diffIds.map((_, i) => ({ created, created_by: `COPY part${i} /` }));
      const rootfs = { type: 'layers', diff_ids: diffIds };
      const base = { architecture: 'amd64', os: 'linux', config: {}, created, history, rootfs };
      const config = encoder.encode(JSON.stringify(base));
      const name = `${await digest(config)}.json`;
      const manifest = [{ Config: name, RepoTags: ['big:1'], Layers: names }];
      add(parts, name, config);
      add(parts, 'manifest.json', encoder.encode(JSON.stringify(manifest)));
      const data = new DataTransfer();
      data.items.add(new File([(await joined([...parts, end])) as BlobPart], 'big.tar'));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true }));
    },
    [layers, files] as const,
  );
}

/**
 * What is done with a build's result (moby `builder/builder-next/exporter`, buildkit `exporter/local` and
 * `exporter/tar`): an image among the others, or files for the client.
 */
import { MILLISECOND_US, type Wakeable } from '../../base';
import {
  fullName,
  isReferenceError,
  parseReference,
  withDefaultTag,
  type ImageReference,
} from '../../api';
import { BuildFailure } from '../build/failure';
import type { HistoryEntry, Layer } from '../content/image';
import { formatTime } from '../time';
import { FilesSender, TarSender } from './client-export';
import type { Definition } from './frontend';
import { imageOf, type ImageSpec } from './image-spec';
import { inlineCache } from './inline-cache';
import type { BuildJob, Pseudo } from './job';
import type { StepResult } from './vertex';

const LAYERS_US = 9 * MILLISECOND_US;
const WRITE_US = 2 * MILLISECOND_US;

export class Exporter implements Wakeable {
  private pseudo: Pseudo | undefined;
  private imageId = '';
  private tags: ImageReference[] = [];

  constructor(
    private readonly job: BuildJob,
    private readonly definition: Definition,
    private readonly result: StepResult,
  ) {}

  begin(): void {
    const { job } = this;
    const { type } = job.more.output;
    if (type === 'local' || type === 'tar') {
      this.pseudo = job.beginPseudo('exporting to client');
      return (job.core.runtime.setTimer(WRITE_US, this, 'client'), undefined);
    }
    if (type === 'cacheonly') return job.finish('');
    if (type !== 'moby')
      return job.fail(new BuildFailure(`exporter ${JSON.stringify(type)} could not be found`));
    this.pseudo = job.beginPseudo('exporting to image');
    if (this.result.layers.length > 0)
      job.status(this.pseudo.digest, 'exporting layers', 0, 0, job.core.unixUs, false);
    job.core.runtime.setTimer(LAYERS_US, this, 'layers');
  }

  wake(tag: string): void {
    if (this.job.isOver) return;
    if (tag === 'client') this.exportToClient();
    else if (tag === 'layers') this.writeImage();
    else this.nameNext();
  }

  private exportToClient(): void {
    const { job, result, pseudo } = this;
    const { type } = job.more.output;
    const sender = type === 'local' ? new FilesSender(job, result) : new TarSender(job, result);
    sender.begin(pseudo!);
  }

  // --- image

  private done(id: string, beganUs: number): void {
    this.job.status(this.pseudo!.digest, id, 0, 0, this.job.core.unixUs - beganUs, true);
  }

  private writeImage(): void {
    const { job, result, definition } = this;
    const { core } = job;
    if (result.layers.length > 0) this.done('exporting layers', LAYERS_US);
    const spec = this.datedSpec();
    const wanted = job.options.buildArgs.get('BUILDKIT_INLINE_CACHE') ?? '';
    const inline = ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(wanted);
    const cache = inline ? inlineCache(job, definition, result) : '';
    const image = imageOf(spec, result.layers, cache);
    core.disk.images.add(image);
    this.imageId = image.id;
    this.done(`writing image ${image.id}`, 0);
    this.tags = job.options.tags.flatMap((text) => {
      const reference = parseReference(text);
      return isReferenceError(reference) ? [] : [withDefaultTag(reference)];
    });
    core.runtime.setTimer(WRITE_US, this, 'tag');
  }

  private nameNext(): void {
    const { job } = this;
    for (const reference of this.tags.splice(0)) {
      job.core.disk.images.setName(reference, this.imageId);
      job.core.disk.images.noteTagged(this.imageId, job.core.unixUs);
      this.done(`naming to ${fullName(reference)}:${reference.tag ?? 'latest'}`, 0);
    }
    job.endPseudo(this.pseudo!);
    job.finish(this.imageId);
  }

  /** `normalizeLayersAndHistory` */
  private datedSpec(): ImageSpec {
    const { image } = this.definition;
    return { ...image, history: datedHistory(image.history, this.result.layers, this.madeAt()) };
  }

  /** When each layer was made, as far as the cache knows. */
  private madeAt(): (string | undefined)[] {
    const { cache } = this.job.solver;
    const made: (string | undefined)[] = this.result.layers.map(() => undefined);
    let record = cache.records.get(this.result.record);
    while (record) {
      made[record.layers.length - 1] = formatTime(record.createdAt);
      record = cache.records.get(record.parent);
    }
    return made;
  }
}

const NEVER = '0001-01-01T00:00:00Z';

function datedHistory(
  given: readonly HistoryEntry[],
  layers: readonly Layer[],
  made: readonly (string | undefined)[],
): HistoryEntry[] {
  const history = given.map((entry) => ({ ...entry }));
  let counted = history.filter((entry) => !entry.emptyLayer).length;
  for (; counted < layers.length; counted++)
    history.push({
      created: made[counted] ?? NEVER,
      createdBy: '',
      comment: 'buildkit.exporter.image.v0',
      emptyLayer: false,
    });
  let at = 0;
  for (const entry of history) {
    if (entry.emptyLayer) continue;
    if (entry.created === '') entry.created = made[at] ?? NEVER;
    at++;
  }
  return fillTimes(history);
}

/** What changes no files was done with the first new layer, or else with what came before. */
function fillTimes(history: HistoryEntry[]): HistoryEntry[] {
  let created = '';
  let gap = false;
  for (const entry of history) {
    if (entry.created === '') gap = true;
    else {
      created = entry.created;
      if (gap) break;
    }
  }
  gap = false;
  return history.map((entry) => {
    if (entry.created !== '') {
      if (gap) ({ created } = entry);
      return entry;
    }
    gap = true;
    return { ...entry, created: created === '' ? NEVER : created };
  });
}

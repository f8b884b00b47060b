/** Build arguments: given, declared, used (moby `builder/dockerfile/buildargs.go`). */

/** Allowed without an ARG, and never part of the cache's key. */
const PREDEFINED = [
  'HTTP_PROXY',
  'http_proxy',
  'HTTPS_PROXY',
  'https_proxy',
  'FTP_PROXY',
  'ftp_proxy',
  'NO_PROXY',
  'no_proxy',
];

export class BuildArgs {
  private readonly referenced = new Set<string>();
  private allowed = new Map<string, string | undefined>();
  private readonly meta = new Map<string, string | undefined>();

  /** A null value stands for `--build-arg NAME` without one in the client's environment. */
  constructor(private readonly given: ReadonlyMap<string, string | null>) {}

  /** For a stage: what the file's head declared, nothing of other stages. */
  forStage(): BuildArgs {
    const copy = new BuildArgs(this.given);
    for (const [key, value] of this.meta) copy.meta.set(key, value);
    for (const key of this.referenced) copy.referenced.add(key);
    return copy;
  }

  mergeReferenced(other: BuildArgs): void {
    for (const key of other.referenced) this.referenced.add(key);
  }

  addMeta(key: string, value: string | undefined): void {
    this.meta.set(key, value);
  }

  add(key: string, value: string | undefined): void {
    this.allowed.set(key, value);
    this.referenced.add(key);
  }

  isReferencedOrNotPredefined(key: string): boolean {
    return this.allowed.has(key) || !PREDEFINED.includes(key);
  }

  /** Sorted by name, where the real one has Go's random order. */
  allAllowed(): Map<string, string> {
    return this.valuesOf(this.allowed);
  }

  allMeta(): Map<string, string> {
    return this.valuesOf(this.meta);
  }

  /** `NAME=value` of all that are declared and not in the environment. */
  filterAllowed(env: readonly string[]): string[] {
    const names = new Set(env.map((entry) => entry.split('=')[0]!));
    return [...this.allAllowed()]
      .filter(([key]) => !names.has(key))
      .map(([key, value]) => `${key}=${value}`);
  }

  /** Given ones that no ARG asked for. */
  unused(): string[] {
    return [...this.given.keys()]
      .filter((key) => !this.referenced.has(key) && !PREDEFINED.includes(key))
      .sort();
  }

  private valuesOf(source: ReadonlyMap<string, string | undefined>): Map<string, string> {
    const out = new Map<string, string>();
    for (const key of [...new Set([...source.keys(), ...PREDEFINED])].sort()) {
      const value = this.given.get(key) ?? source.get(key) ?? this.meta.get(key);
      if (value !== undefined) out.set(key, value);
    }
    return out;
  }
}

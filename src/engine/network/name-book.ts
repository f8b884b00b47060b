/**
 * The names of one network (libnetwork `svcInfo`: `svcMap` and `ipMap`): several holders may have the
 * same name and address, so each pair is counted.
 */
export class NameBook {
  /** Lower-case name to address to count. */
  private readonly byName = new Map<string, Map<string, number>>();
  private readonly byAddress = new Map<string, string>();

  add(name: string, address: string): void {
    const key = name.toLowerCase();
    let holders = this.byName.get(key);
    if (!holders) this.byName.set(key, (holders = new Map<string, number>()));
    holders.set(address, (holders.get(address) ?? 0) + 1);
  }

  remove(name: string, address: string): void {
    const key = name.toLowerCase();
    const holders = this.byName.get(key);
    const count = holders?.get(address);
    if (!holders || count === undefined) return;
    if (count > 1) holders.set(address, count - 1);
    else holders.delete(address);
    if (holders.size === 0) this.byName.delete(key);
  }

  /** The name that a reverse lookup of the address gives. */
  setReverse(address: string, name: string): void {
    this.byAddress.set(address, name);
  }

  clearReverse(address: string): void {
    this.byAddress.delete(address);
  }

  lookup(name: string): string[] | undefined {
    const holders = this.byName.get(name.toLowerCase());
    return holders && [...holders.keys()];
  }

  reverse(address: string): string | undefined {
    return this.byAddress.get(address);
  }
}

/** A flag's text was refused; flags.ts puts flag and text in front of the words. */
export class ValueError extends Error {
  override readonly name = 'ValueError';
}

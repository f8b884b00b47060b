/** What `--version` says of the programs of coreutils 9.1 in Debian 12. */
const AUTHORS: Readonly<Record<string, string>> = {
  basename: 'David MacKenzie',
  cat: 'Torbjorn Granlund and Richard M. Stallman',
  chmod: 'David MacKenzie and Jim Meyering',
  cp: 'Torbjorn Granlund, David MacKenzie, and Jim Meyering',
  cut: 'David M. Ihnat, David MacKenzie, and Jim Meyering',
  date: 'David MacKenzie',
  df: 'Torbjorn Granlund, David MacKenzie, and Paul Eggert',
  du: 'Torbjorn Granlund, David MacKenzie, Paul Eggert,\nand Jim Meyering',
  echo: 'Brian Fox and Chet Ramey',
  env: 'Richard Mlynarik, David MacKenzie, and Assaf Gordon',
  expr: 'Mike Parker, James Youngman, and Paul Eggert',
  head: 'David MacKenzie and Jim Meyering',
  id: 'Arnold Robbins and David MacKenzie',
  ln: 'Mike Parker and David MacKenzie',
  ls: 'Richard M. Stallman and David MacKenzie',
  mkdir: 'David MacKenzie',
  mv: 'Mike Parker, David MacKenzie, and Jim Meyering',
  printf: 'David MacKenzie',
  pwd: 'Jim Meyering',
  rm: 'Paul Rubin, David MacKenzie, Richard M. Stallman,\nand Jim Meyering',
  seq: 'Ulrich Drepper',
  sleep: 'Jim Meyering and Paul Eggert',
  sort: 'Mike Haertel and Paul Eggert',
  stat: 'Michael Meskes',
  tail: 'Paul Rubin, David MacKenzie, Ian Lance Taylor,\nand Jim Meyering',
  tee: 'Mike Parker, Richard M. Stallman, and David MacKenzie',
  timeout: 'Padraig Brady',
  touch: 'Paul Rubin, Arnold Robbins, Jim Kingdon,\nDavid MacKenzie, and Randy Smith',
  tr: 'Jim Meyering',
  true: 'Jim Meyering',
  uname: 'David MacKenzie',
  uniq: 'Richard M. Stallman and David MacKenzie',
  wc: 'Paul Rubin and David MacKenzie',
  whoami: 'Richard Mlynarik',
  yes: 'David MacKenzie',
};

export function versionText(name: string): string | undefined {
  const authors = AUTHORS[name];
  if (authors === undefined) return undefined;
  return (
    `${name} (GNU coreutils) 9.1\nCopyright (C) 2022 Free Software Foundation, Inc.\n` +
    'License GPLv3+: GNU GPL version 3 or later <https://gnu.org/licenses/gpl.html>.\n' +
    'This is free software: you are free to change and redistribute it.\n' +
    `There is NO WARRANTY, to the extent permitted by law.\n\nWritten by ${authors}.\n`
  );
}

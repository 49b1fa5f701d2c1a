/** Ids for candidates: short, from the author's name, the same for the same thread, such as `bernhard-kauer`. */

export class CandidateNames {
  /** The base has this name everywhere. */
  private readonly taken = new Set<string>(['original']);
  private readonly counts = new Map<string, number>();

  /** `author` is `Name <address>`; a diff that no mail names an author for is called after its file. */
  next(author: string, path: string, revision: number): string {
    const [, name, address] = /^([^<]*)<?([^>]*)/.exec(author) ?? [];
    const file = /([^/]*?)(?:\.[A-Za-z0-9]+)?\/?$/.exec(path)?.[1] ?? '';
    const own =
      slug((name ?? '').split('@')[0] ?? '') ||
      slug((address ?? '').split('@')[0] ?? '') ||
      slug(file) ||
      'candidate';
    const base = revision > 1 ? `${own}-v${revision}` : own;
    let id = base;
    let count = this.counts.get(base) ?? 1;
    while (this.taken.has(id)) id = `${base}-${++count}`;
    this.counts.set(base, count);
    this.taken.add(id);
    return id;
  }
}

function slug(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/\(.*?\)/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
}

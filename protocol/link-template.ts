/** Stand for the item's id and for its title as shops write it into addresses; no link has such characters. */
const ID = '\u0001';
const SLUG = '\u0002';
/** Shorter ones would be found where they mean nothing. */
const MIN_SLUG_LENGTH = 3;

/** What a link may repeat of its item. */
interface LinkSubject {
  readonly id: string;
  readonly title: string;
}

/** A link with what it repeats of its item taken out: of one shop most links then are the same. */
export function templateOf(link: string, { id, title }: LinkSubject): string {
  const slug = slugOf(title);
  const template = slug.length < MIN_SLUG_LENGTH ? link : link.replaceAll(slug, SLUG);
  return template.replaceAll(id, ID);
}

/** The link that {@link templateOf} made the template of. */
export function fillTemplate(template: string, { id, title }: LinkSubject): string {
  return template.replaceAll(SLUG, () => slugOf(title)).replaceAll(ID, () => id);
}

/** `Blue mug, 3 pcs` → `blue-mug-3-pcs`. Of ASCII alone: what other letters are differs between browsers. */
function slugOf(title: string): string {
  if (/[^\x20-\x7e]/.test(title)) return '';
  return title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}

/** XML as a tree, and its text: characters that XML 1.0 has no way to write (2.2) become U+FFFD, so that what is made always parses. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Elements, or text alone. */
  readonly content: readonly XmlElement[] | string;
}

export function renderXml(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${elementLines(root, '').join('\n')}\n`;
}

function elementLines(element: XmlElement, indent: string): string[] {
  const { name, content } = element;
  const attributes = Object.entries(element.attributes).map(
    ([key, value]) => ` ${key}="${attributeText(value)}"`,
  );
  const start = `${indent}<${name}${attributes.join('')}`;
  if (content.length === 0) return [`${start}/>`];
  if (typeof content === 'string') return [`${start}>${escaped(content)}</${name}>`];
  return [
    `${start}>`,
    ...content.flatMap((child) => elementLines(child, `${indent}  `)),
    `${indent}</${name}>`,
  ];
}

/** A line break or tab would come out of an attribute as a blank (3.3.3). */
function attributeText(text: string): string {
  return escaped(text)
    .replaceAll('"', '&quot;')
    .replaceAll(/[\t\n]/g, (char) => `&#${char.charCodeAt(0)};`);
}

function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

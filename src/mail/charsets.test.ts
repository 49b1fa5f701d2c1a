/** Mails in any charset: people are called what they are called, and the patch reaches the tree. */
import { describe, expect, it } from 'vitest';
import { bytesToText, textToBytes } from '../patch/byte-text.js';
import { commitText } from './commit-text.js';
import { splitText } from './mail-text.js';
import { readMails } from './mail-input.js';

const DIFF = 'diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n';
const IVAN = 'Иван Жуков';
/** In KOI8-R: each letter of the name is one byte. */
const KOI8 = new Map([...'Иван Жуков'].map((letter, at) => [letter, 'é×ÁÎ öÕËÏ×'.charAt(at)]));
const koi8 = (text: string): string => [...text].map((char) => KOI8.get(char) ?? char).join('');
const utf8 = (text: string): string => bytesToText(new TextEncoder().encode(text));

function read(from: string, contentType: string, encoding: string, body: string) {
  const mail =
    `From: ${from}\nSubject: [PATCH] f: One\nContent-Type: ${contentType}\n` +
    `Content-Transfer-Encoding: ${encoding}\n\n${body}`;
  const mails = readMails([{ kind: 'file', file: { path: 'x.eml', bytes: textToBytes(mail) } }]);
  const [message] = mails.messages;
  if (message === undefined) throw new Error('there is one mail');
  const { message: said, patch } = splitText(message.body);
  return {
    from: message.from.name,
    ...commitText(said, false),
    patch: patch.map(({ text }) => text),
  };
}

const PATCH = DIFF.split(/(?<=\n)/);
const word = (charset: string, bytes: string): string =>
  `=?${charset}?B?${Buffer.from(bytes, 'latin1').toString('base64')}?= <i@x>`;

describe('a name beyond Latin-1', () => {
  it.each([
    ['an encoded word in UTF-8', word('utf-8', utf8(IVAN))],
    ['an encoded word in KOI8-R', word('koi8-r', koi8(IVAN))],
    ['bytes of UTF-8', `${utf8(IVAN)} <i@x>`],
    ['a quoted string', `"${utf8(IVAN)}" <i@x>`],
  ])('as %s', (_, from) => {
    expect(read(from, 'text/plain', '8bit', `Text.\n---\n${DIFF}`).from).toBe(IVAN);
  });

  it('in the body, in the charset that the part names', () => {
    const body = `From: ${IVAN} <i@x>\n\nText.\n\nAcked-by: ${IVAN} <i@x>\n`;
    for (const [charset, bytes] of [
      ['utf-8', utf8(body)],
      ['KOI8-R', koi8(body)],
      ['no-such-charset', utf8(body)],
    ] as const) {
      const { author, trailers, patch } = read(
        'Somebody <s@x>',
        `text/plain; charset="${charset}"`,
        '8bit',
        `${bytes}---\n${DIFF}`,
      );
      expect(author?.name).toBe(IVAN);
      expect(trailers).toEqual([{ key: 'Acked-by', value: `${IVAN} <i@x>` }]);
      expect(patch).toEqual(['---\n', ...PATCH]);
    }
  });
});

describe('characters of two bytes', () => {
  const bytes = (big: boolean, text: string): string => {
    const buffer = Buffer.from(text, 'utf16le');
    return (big ? buffer.swap16() : buffer).toString('latin1');
  };
  it.each([
    ['utf-16le', bytes(false, `Acked-by: ${IVAN} <i@x>\r\n---\r\n${DIFF}`)],
    ['utf-16be', bytes(true, `Acked-by: ${IVAN} <i@x>\n---\n${DIFF}`)],
    ['UTF-16', bytes(true, `\ufeffAcked-by: ${IVAN} <i@x>\n---\n${DIFF}`)],
  ])('%s', (charset, text) => {
    const base64 = Buffer.from(text, 'latin1').toString('base64');
    const body = base64.replace(/.{76}/g, '$&\n');
    const { trailers, patch } = read('a <a@x>', `text/plain; charset=${charset}`, 'base64', body);
    expect(trailers).toEqual([{ key: 'Acked-by', value: `${IVAN} <i@x>` }]);
    expect(patch).toEqual(['---\n', ...PATCH]);
  });

  it('do not reach into the next part', () => {
    const wide = Buffer.from(bytes(false, 'Text.\n'), 'latin1').toString('base64');
    const head = (charset: string, encoding: string): string =>
      `--b\nContent-Type: text/plain; charset=${charset}\nContent-Transfer-Encoding: ${encoding}\n\n`;
    const body = `${head('utf-16le', 'base64')}${wide}\n${head('us-ascii', '7bit')}---\n${DIFF}--b--\n`;
    const { message, patch } = read('a <a@x>', 'multipart/mixed; boundary=b', '7bit', body);
    expect(message).toBe('Text.');
    expect(patch.slice(0, 7)).toEqual(['---\n', ...PATCH]);
  });
});

/** Mails as difficult as they come, for tests: every encoding and kind of part, well-formed and damaged. */
import fc from 'fast-check';

const DIFF = `diff --git a/kernel/sched/core.c b/kernel/sched/core.c
index 04c247bfe318..53aebc044ca6 100644
--- a/kernel/sched/core.c
+++ b/kernel/sched/core.c
@@ -10,5 +10,6 @@ static void f(void)
 	int a = b == c;

-	/* caf\xc3\xa9 */
+	/* na\xc3\xafve =3D */
+	x = y;
 	return;
 }
`;

const textLine = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'Fix the thing.',
    'a line that ends in a blank ',
    '  indented',
    'caf\xc3\xa9 = 3',
    'caf\xe9',
    '=20',
    'x=',
    '--',
    '-- ',
    '--- not a separator',
    '----',
    '---a',
    '>From here on',
    '> quoted',
    '> diff --git a/x b/x',
    ' --- ',
    'From the start',
    'Subject: not a header',
    'Signed-off-by: A U Thor <a@example.org>',
    '\tTab',
    'trailing tab\t',
    'Cc: x',
    '-----BEGIN PGP SIGNED MESSAGE-----',
    '. ',
    '.',
  ),
  fc.string({ maxLength: 30 }).map((s) => s.replace(/[^ -~]/g, '.')),
);

const separator = fc.constantFrom('---', '--- ', '---\t', '', 'diff -u', 'Index: foo', '--- a/x');

/** Text of a part, with or without a patch. */
const partText: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(textLine, { maxLength: 6 }),
    separator,
    fc.array(textLine, { maxLength: 2 }),
    fc.boolean(),
    fc.array(textLine, { maxLength: 3 }),
    fc.boolean(),
  )
  .map(([before, sep, stat, diff, after, newline]) => {
    const text =
      [...before, sep, ...stat].map((line) => `${line}\n`).join('') +
      (diff ? DIFF : '') +
      after.map((line) => `${line}\n`).join('');
    return newline ? text : text.replace(/\n$/, '');
  });

type Encoding = '7bit' | '8bit' | 'quoted-printable' | 'base64' | 'none';

function quotedPrintable(text: string, damage: number): string {
  return text
    .split('\n')
    .map((line) => {
      const encoded = line.replace(/[^ -<>-~\t]|[ \t]$/g, (c) => {
        const hex = c.charCodeAt(0).toString(16).padStart(2, '0');
        return `=${damage % 3 === 0 ? hex : hex.toUpperCase()}`;
      });
      const kept = damage % 5 === 4 ? line : encoded;
      return kept.replace(/(.{40}[^=][^=])(?=.{4})/g, '$1=\n');
    })
    .join('\n');
}

function base64(text: string, damage: number): string {
  const width = [76, 60, 4, 75][damage % 4] ?? 76;
  const encoded = Buffer.from(text, 'latin1').toString('base64');
  const lines = encoded.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
  if (damage % 7 === 6) lines.splice(1, 0, '', '!?');
  return lines.map((line) => `${line}\n`).join('');
}

function encode(text: string, encoding: Encoding, damage: number): string {
  switch (encoding) {
    case 'quoted-printable':
      return quotedPrintable(text, damage);
    case 'base64':
      return base64(text, damage);
    case '7bit':
    case '8bit':
    case 'none':
      return text;
  }
}

interface Part {
  readonly fields: string;
  readonly body: string;
}

const leaf: fc.Arbitrary<Part> = fc
  .record({
    text: partText,
    encoding: fc.constantFrom<Encoding>('7bit', '8bit', 'quoted-printable', 'base64', 'none'),
    type: fc.constantFrom(
      'text/plain',
      'text/plain; charset=utf-8',
      'text/plain; charset="utf-8"; format=flowed',
      'text/plain; charset=UTF-8; format="flowed"; delsp=yes',
      'text/x-patch; name="a.patch"',
      'TEXT/PLAIN;\n charset=us-ascii',
      'application/octet-stream',
      '',
    ),
    damage: fc.nat(30),
    folded: fc.boolean(),
  })
  .map(({ text, encoding, type, damage, folded }) => {
    const fields =
      (type === '' ? '' : `Content-Type:${folded ? '\n ' : ' '}${type}\n`) +
      (encoding === 'none' ? '' : `Content-Transfer-Encoding: ${encoding}\n`) +
      (damage % 4 === 1 ? 'Content-Disposition: inline; filename="a.patch"\n' : '');
    return { fields, body: encode(text, encoding, damage) };
  });

function multipart(children: readonly Part[], boundary: string, flaw: number, kind: string): Part {
  const quoted = flaw % 2 === 0 ? `"${boundary}"` : boundary;
  const open = `--${boundary}`;
  let body = flaw % 3 === 0 ? 'This is a multi-part message in MIME format.\n' : '';
  for (const child of children) {
    // Every tenth part lacks the empty line behind its headers.
    const gap = flaw % 10 === 9 ? '' : '\n';
    body += `${open}${flaw % 4 === 3 ? ' ' : ''}\n${child.fields}${gap}${child.body}`;
    if (!body.endsWith('\n') || flaw % 5 === 0) body += '\n';
  }
  if (flaw % 8 !== 7) body += `${open}--\n`;
  if (flaw % 6 === 5) body += 'epilogue\n---\ndiff --git a/e b/e\n';
  return { fields: `Content-Type: multipart/${kind}; boundary=${quoted}\n`, body };
}

const kinds = fc.constantFrom('mixed', 'alternative', 'signed', 'related');
const boundaries = fc.constantFrom('b1', '=_outer', 'b', 'b11', '------------0815', 'bound ary');

const nested: fc.Arbitrary<Part> = fc
  .tuple(fc.array(leaf, { minLength: 1, maxLength: 3 }), boundaries, fc.nat(100), kinds)
  .map(([children, boundary, flaw, kind]) => multipart(children, boundary, flaw, kind));

const anyPart: fc.Arbitrary<Part> = fc.oneof(
  { weight: 4, arbitrary: leaf },
  { weight: 3, arbitrary: nested },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.array(fc.oneof(leaf, nested), { minLength: 1, maxLength: 3 }),
        boundaries,
        fc.nat(100),
        kinds,
      )
      .map(([children, boundary, flaw, kind]) => multipart(children, `top${boundary}`, flaw, kind)),
  },
);

const subject = fc.constantFrom(
  '[PATCH] sched: Fix it',
  'Re: [PATCH v2 1/3] sched: Fix it',
  '=?utf-8?q?=5BPATCH=5D_caf=C3=A9?=',
  '=?UTF-8?B?W1BBVENIXSBjYWbDqQ==?=',
  '[PATCH]\n sched: A long subject\n\tthat is folded',
  '',
);

const from = fc.constantFrom(
  'A U Thor <a.u.thor@example.org>',
  '"Thor, A U" <a.u.thor@example.org>',
  'a.u.thor@example.org (A U Thor)',
  '=?iso-8859-1?q?Ren=E9?= <rene@example.org>',
  'a.u.thor@example.org',
);

/** One mail without its mbox separator. */
export const difficultMail: fc.Arbitrary<string> = fc
  .record({
    from,
    subject,
    part: anyPart,
    order: fc.boolean(),
    extra: fc.constantFrom('', 'X-Odd:\n', 'MIME-Version: 1.0\n', 'Received: a\n\tb\n c\n', ':x\n'),
    crlf: fc.boolean(),
  })
  .map((mail) => {
    const fields = `From: ${mail.from}\nSubject: ${mail.subject}\nDate: Wed, 23 Oct 2024 09:18:00 +0000\n`;
    const head = mail.order
      ? fields + mail.part.fields + mail.extra
      : mail.extra + mail.part.fields + fields;
    const text = `${head}\n${mail.part.body}`;
    return mail.crlf ? text.replace(/\n/g, '\r\n') : text;
  });

const separatorLine = fc.constantFrom(
  'From mboxrd@z Thu Jan  1 00:00:00 1970',
  'From a.u.thor@example.org Wed Oct 23 09:18:00 2024',
  'From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001',
  'From a Wed Oct 23 09:18:00 +0200 2024',
);

/** Several mails in an mbox. */
export const difficultMbox: fc.Arbitrary<string> = fc
  .array(fc.tuple(separatorLine, difficultMail), { minLength: 5, maxLength: 25 })
  .map((mails) =>
    mails.map(([line, mail]) => `${line}\n${mail}${mail.endsWith('\n') ? '' : '\n'}`).join('\n'),
  );

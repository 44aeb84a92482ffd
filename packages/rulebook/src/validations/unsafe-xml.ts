/** XML and XPath from input. */
import type { Validation } from '../entry.js'

export const unsafeXml: Validation = {
  kind: 'validation',
  id: 'unsafe-xml',
  title: 'XML and XPath from input',
  severity: 'high',
  why: 'XML can name files and addresses that the parser then reads into the document, and entities that expand to gigabytes out of a kilobyte. It comes in by unexpected doors: SAML, SOAP, SVG avatars, office documents, feeds. XPath that is built from text is a query language open to injection like any other.',
  looksFor:
    'XML from outside parsed with entity expansion or a DTD on: libxmljs with `noent: true`, `dtdload` or `huge: true`, `expat` bindings without limits, fast-xml-parser with `processEntities` and a DOCTYPE that is not refused; an XPath text made by concatenation; a signature checked on another tree than the one that is read (SAML wrapping); SVG handed to a renderer that fetches.',
  sparesFor: [
    'Parsers that know no DTD (`sax`, `saxes`, xml2js on them), and libxmljs at its defaults.',
    'A DOCTYPE refused before parsing, sizes limited.',
    'XPath with variables (`select1WithResolver`, `xpath.parse(…).evaluate({ variables })`).',
  ],
  fix: 'Refuse every document with a DOCTYPE, limit bytes and depth, parse without network, use variables in XPath, and read SAML assertions only out of the element whose signature was checked. Prefer JSON at your own borders.',
  numbers: [
    'Ten levels of ten entities expand a text of 1 KB to 3 GB: the billion laughs [OWASP, XML External Entity Prevention Cheat Sheet; CWE-776].',
  ],
  siblings: ['resource-exhaustion-by-input', 'ssrf', 'sql-injection', 'path-traversal'],
  covers: ['XPath and XML'],
  wrong: {
    language: 'ts',
    stack: 'NestJS and libxmljs2',
    text: `@Post('feeds')
import(@Body() xml: string) {
  const document = libxmljs.parseXml(xml, { noent: true, dtdload: true })
  return document.get(\`//item[guid='\${this.wanted}']\`)
}`,
  },
  right: {
    language: 'ts',
    stack: 'NestJS, @xmldom/xmldom and xpath',
    text: `@Post('feeds')
import(@Body() xml: string) {
  if (xml.length > 1_000_000 || /<!DOCTYPE/i.test(xml)) throw new BadRequestException()
  const document = new DOMParser().parseFromString(xml, 'text/xml')
  return xpath
    .parse('//item[guid=$guid]')
    .select1({ node: document, variables: { guid: this.wanted } })
}`,
  },
  executedBy: 'by-hand',
}

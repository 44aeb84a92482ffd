import { describe, expect, it } from 'vitest';

import { decodeCursor, encodeCursor, pageArgs, toPage } from '../src/lib/pagination.js';

const ids = [
  '6f1c3a52-8a57-4a6c-9d0b-3f6a3a1d2b11',
  '0b0a7c39-5c9f-4c9f-8f0e-0f4f2f4e7d55',
  'd7b0a2f4-93a1-4b5e-a7cb-1f0f6a5e9c33',
];
const rows = ids.map((id) => ({ id }));

describe('pagination', () => {
  it('reads one row more than the page', () => {
    expect(pageArgs({ limit: 2 })).toEqual({ take: 3 });
  });

  it('names the last row of a full page', () => {
    const page = toPage(rows, { limit: 2 });
    expect(page.items).toHaveLength(2);
    expect(decodeCursor(page.nextCursor ?? '')).toBe(ids[1]);
  });

  it('ends with the last page', () => {
    expect(toPage(rows, { limit: 3 }).nextCursor).toBeNull();
  });

  it('refuses a cursor it did not write', () => {
    expect(() => decodeCursor('bm90LWpzb24')).toThrow('Malformed cursor');
    expect(decodeCursor(encodeCursor(ids[0] ?? ''))).toBe(ids[0]);
  });
});

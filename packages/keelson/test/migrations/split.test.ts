import assert from 'node:assert/strict'
import { test } from 'node:test'
import { splitStatements } from '../../src/migrations/split.js'

const split = (text: string): string[] => splitStatements(text).map(({ sql }) => sql)

test('statements end at semicolons outside of everything that quotes', () => {
  assert.deepEqual(split("select 1; select ';' || 'it''s;' ;\n"), ['select 1', "select ';' || 'it''s;' "])
  assert.deepEqual(split(`select "a;""b" from t; select E'\\';' ; select 2`), [
    `select "a;""b" from t`,
    `select E'\\';' `,
    'select 2',
  ])
  assert.deepEqual(split('select $$a;b$$; select $x$ $$;$$ $x$; select $1;'), [
    'select $$a;b$$',
    'select $x$ $$;$$ $x$',
    'select $1',
  ])
})

test('comments are passed over, also nested ones, and hold no statements', () => {
  assert.deepEqual(
    split('-- a; b\nselect 1 -- x;\n; /* a; /* b; */ c; */ select 2; --> statement-breakpoint'),
    ['select 1 -- x;\n', 'select 2'],
  )
  assert.deepEqual(split('  ;; -- nothing\n /* ; */ '), [])
})

test('bodies of begin atomic are one statement, with their cases', () => {
  const body =
    'create function f() returns int begin atomic select case when true then 1 else 2 end; select 3; end'
  assert.deepEqual(split(`${body}; begin; commit; select 4`), [body, 'begin', 'commit', 'select 4'])
})

test('each statement knows where it starts', () => {
  const text = '-- first\nselect 1;\n\n  select 2'
  assert.deepEqual(
    splitStatements(text).map(({ start }) => text.slice(start, start + 8)),
    ['select 1', 'select 2'],
  )
})

test('text that ends in the middle of something is still told whole', () => {
  for (const text of ["select 'open", 'select $$open', 'select "open', 'select 1 /* open'])
    assert.equal(split(text).length, 1)
})

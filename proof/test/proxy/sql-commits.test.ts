/** COMMIT as a statement is seen, however it is written; as data it is not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commits } from '../../src/proxy/sql-commits.js'

test('sees the statements that commit', () => {
  for (const text of [
    'commit',
    ' COMMIT ;',
    'End',
    'commit work',
    'commit and chain',
    'begin; insert into a values (1); commit',
    '-- a comment\ncommit',
    '/* one /* in */ another */ commit',
    ';commit',
    `select 'it''s', E'\\'', "a;""b", $x$ ; $y$ $x$; commit`,
  ])
    assert.equal(commits(text), true, text)
})

test('takes no data for a statement', () => {
  for (const text of [
    '',
    'select 1',
    'rollback',
    'committed',
    'commit_now()',
    'select commit from logs',
    "insert into a values ('; commit;')",
    "select E'\\'; commit; --'",
    'select "; commit"',
    'do $$ begin; commit; end $$',
    'do $commit$ begin; commit; end $commit$',
    '/* ; commit /* ; */ commit */ select 1',
    '-- ; commit',
    'savepoint commit',
    "select '; commit",
    'select case when true then 1 end',
  ])
    assert.equal(commits(text), false, text)
})

const assert = require('node:assert/strict');
const { test } = require('node:test');

process.env.SESSION_SECRET = 'fixture-secret-for-tests';

const { sessionFor, readSession, downloadToken, readDownload } = require('../src/auth');

test('a session names its moderator', () => {
    assert.equal(readSession(sessionFor({ id: 2, handle: 'mod' })).handle, 'mod');
});

test('a download token names its file', () => {
    assert.equal(readDownload(downloadToken('a.csv')), 'a.csv');
});

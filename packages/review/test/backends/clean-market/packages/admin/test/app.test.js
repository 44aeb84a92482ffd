'use strict';

const assert = require('node:assert/strict');
const { after, test } = require('node:test');
const request = require('supertest');

Object.assign(process.env, {
    DATABASE_URL: 'postgres://market:password123@localhost:5432/market',
    ADMIN_SESSION_SECRET: 'test-secret-test-secret-test-secret',
});

const createApp = require('../src/app');
const knex = require('../src/db');
const asyncHandler = require('../src/async-handler');

after(() => knex.destroy());

test('it is alive', async () => {
    await request(createApp()).get('/health').expect(200, { ok: true });
});

test('requests from elsewhere are refused', async () => {
    const response = await request(createApp()).post('/auth/login').send({ email: 'a@b.example', password: 'x' });
    assert.equal(response.status, 403);
});

test('a rejected handler reaches next', async () => {
    const failure = new Error('boom');
    const seen = await new Promise((resolve) => {
        asyncHandler(async () => {
            throw failure;
        })({}, {}, resolve);
    });
    assert.equal(seen, failure);
});

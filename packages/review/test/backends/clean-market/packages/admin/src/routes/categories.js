'use strict';

const { Worker } = require('node:worker_threads');
const { once } = require('node:events');
const path = require('node:path');
const express = require('express');
const Joi = require('joi');
const asyncHandler = require('../async-handler');
const knex = require('../db');
const { HttpError } = require('../errors');
const { check } = require('../validate');

const router = express.Router();
const CODE = Joi.string().pattern(/^[a-z][a-z-]{1,39}$/).required();
const MAX_MOVE = 20000;
const MOVE_CHUNK = 500;

router.get(
    '/',
    asyncHandler(async (req, res) => {
        res.json({ items: await knex('categories').select('code', 'label').orderBy('code').limit(200) });
    }),
);

router.put(
    '/:code',
    asyncHandler(async (req, res) => {
        const { code } = check({ code: CODE }, req.params);
        const { label } = check({ label: Joi.string().min(1).max(80).required() }, req.body);
        await knex('categories').insert({ code, label }).onConflict('code').merge(['label']);
        res.status(204).end();
    }),
);

async function moveChunk(from, to) {
    const chunk = knex('products').select('id').where({ category_code: from }).orderBy('id').limit(MOVE_CHUNK);
    return knex('products').whereIn('id', chunk).update({ category_code: to });
}

router.post(
    '/:code/move',
    asyncHandler(async (req, res) => {
        const { code } = check({ code: CODE }, req.params);
        const { to } = check({ to: CODE.invalid(code) }, req.body);
        const target = await knex('categories').where({ code: to }).first('code');
        if (!target) {
            throw new HttpError(422, 'No such category');
        }
        let moved = 0;
        for (let chunk = 0; chunk < MAX_MOVE / MOVE_CHUNK; chunk += 1) {
            const count = await moveChunk(code, to);
            moved += count;
            if (count < MOVE_CHUNK) {
                break;
            }
        }
        res.json({ moved });
    }),
);

router.get(
    '/archive.json.gz',
    asyncHandler(async (req, res) => {
        const categories = await knex('categories').select('code', 'label').orderBy('code').limit(200);
        const worker = new Worker(path.join(__dirname, '../reports/gzip-worker.js'), { workerData: categories });
        try {
            const [bytes] = await once(worker, 'message', { signal: AbortSignal.timeout(5000) });
            res.type('application/gzip').send(Buffer.from(bytes));
        } finally {
            await worker.terminate();
        }
    }),
);

module.exports = router;

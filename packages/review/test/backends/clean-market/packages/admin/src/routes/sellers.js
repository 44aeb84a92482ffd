'use strict';

const express = require('express');
const Joi = require('joi');
const asyncHandler = require('../async-handler');
const knex = require('../db');
const { HttpError } = require('../errors');
const { pageQuery, readPage } = require('../paging');
const { suspend, reinstate } = require('../sellers/suspension');
const { check, id } = require('../validate');

const router = express.Router();
const COLUMNS = ['id', 'name', 'email', 'suspended_at'];

router.get(
    '/',
    asyncHandler(async (req, res) => {
        const query = check({ ...pageQuery, name: Joi.string().min(2).max(60) }, req.query);
        const sellers = knex('sellers').select(COLUMNS);
        if (query.name) {
            sellers.whereRaw('starts_with(lower(name), ?)', [query.name.toLowerCase()]);
        }
        res.json(await readPage(sellers, query));
    }),
);

router.get(
    '/:id',
    asyncHandler(async (req, res) => {
        const params = check({ id: id.required() }, req.params);
        const [seller, [{ count }], notes] = await Promise.all([
            knex('sellers').where({ id: params.id }).first(COLUMNS),
            knex('products').where({ seller_id: params.id }).count(),
            knex('notes').where({ seller_id: params.id }).select('id', 'body').orderBy('id', 'desc').limit(20),
        ]);
        if (!seller) {
            throw new HttpError(404, 'No such seller');
        }
        res.json({ ...seller, productCount: Number(count), notes });
    }),
);

router.post(
    '/:id/notes',
    asyncHandler(async (req, res) => {
        const params = check({ id: id.required() }, req.params);
        const { body } = check({ body: Joi.string().trim().min(1).max(2000).required() }, req.body);
        const [note] = await knex('notes')
            .insert({ seller_id: params.id, author_id: req.session.adminId, body })
            .returning(['id', 'body']);
        res.status(201).json(note);
    }),
);

router.post(
    '/:id/suspend',
    asyncHandler(async (req, res) => {
        const params = check({ id: id.required() }, req.params);
        await suspend(params.id, req.session.adminId);
        res.status(204).end();
    }),
);

router.post('/:id/reinstate', (req, res, next) => {
    reinstate(req.params.id)
        .then(() => res.status(204).end())
        .catch(next);
});

module.exports = router;

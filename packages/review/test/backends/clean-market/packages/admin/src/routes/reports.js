'use strict';

const express = require('express');
const Joi = require('joi');
const asyncHandler = require('../async-handler');
const { exportOrders } = require('../reports/export-orders');
const { revenue, SORTS } = require('../reports/revenue');
const { check } = require('../validate');

const router = express.Router();

const period = { from: Joi.date().iso().required(), to: Joi.date().iso().greater(Joi.ref('from')).required() };

router.get(
    '/revenue',
    asyncHandler(async (req, res) => {
        const query = check(
            {
                ...period,
                sort: Joi.string().valid(...Object.keys(SORTS)).default('revenue'),
                limit: Joi.number().integer().min(1).max(200).default(50),
            },
            req.query,
        );
        res.json({ items: await revenue(query) });
    }),
);

router.get(
    '/orders.ndjson',
    asyncHandler(async (req, res) => {
        await exportOrders(check(period, req.query), res);
    }),
);

module.exports = router;

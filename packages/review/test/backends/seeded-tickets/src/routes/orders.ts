import { Router } from "express";
import { OrderController } from "../controllers/order.controller";
import { asyncRoute } from "../lib/asyncRoute";

const controller = new OrderController();

export const ordersRouter = Router();

ordersRouter.get("/", asyncRoute(controller.list));
ordersRouter.post("/", asyncRoute(controller.place));
ordersRouter.post("/quick", asyncRoute(controller.quick));
ordersRouter.get("/export", asyncRoute(controller.exportAll));
ordersRouter.get("/:id", controller.show);
ordersRouter.get("/:id/ticket", asyncRoute(controller.ticket));
ordersRouter.post("/:id/cancel", controller.cancel);

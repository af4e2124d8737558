// What every page of the shop needs. Collected for service, these files travel as one (entrepot/web/staticfiles.py).
import "./shop.js";
import "./buy.js";
import "./events.js";

// The pages work without these scripts; with them parts are renewed in place.
import "htmx.org";
import "./case.js";
import "./desk.js";
import "./map.js";
import "./menu.js";
import "./photo.js";
import "./presence.js";
import "./print.js";
import "./push.js";
import "./upload.js";
import "./voice.js";

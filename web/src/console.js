// The pages work without this script; with it parts of them are renewed in place.
import "htmx.org";
import "./desk.js";
import "./presence.js";

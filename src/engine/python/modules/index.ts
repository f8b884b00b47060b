/** All modules that programs can import without installing anything. */
import './files';
import './json';
import './library';
import './numbers';
import './regex';
import './sockets';
import './support';
import './system';

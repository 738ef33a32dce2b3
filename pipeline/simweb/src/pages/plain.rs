//! Pages without the usual surroundings: errors, walls, shells, widgets, registers.

use crate::site::Site;

/// The page a bare web server sends with an error.
pub(crate) fn bare(title: &str) -> String {
    format!(
        "<html>\n<head><title>{title}</title></head>\n<body>\n<center><h1>{title}</h1></center>\n<hr>\n</body>\n</html>\n"
    )
}

/// The page of a firewall that takes its reader for a robot.
pub(crate) fn block_page(host: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>Access denied</title></head>\n<body>\n\
         <h1>Access denied</h1>\n<p>Checking your browser before you can open {host}. Please enable cookies and \
         JavaScript.</p>\n<p>Request blocked by the security service.</p>\n</body>\n</html>\n"
    )
}

/// A page that holds nothing until a script fills it.
pub(crate) fn script_shell(site: &Site) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\"><title>{}</title>\n<link rel=\"stylesheet\" \
         href=\"/static/css/main.css\"></head>\n<body><noscript>You need to enable JavaScript to run this app.\
         </noscript><div id=\"root\"></div><script src=\"/static/js/main.js\"></script></body>\n</html>\n",
        site.body.language, site.body.name
    )
}

/// A page that sends its reader on to `/start`.
pub(crate) fn meta_refresh(site: &Site) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\"><title>{}</title>\n\
         <meta http-equiv=\"refresh\" content=\"0; url=/start\"></head>\n<body></body>\n</html>\n",
        site.body.language, site.body.name
    )
}

/// How a page without end begins.
pub(crate) fn endless_start(site: &Site) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\"><title>{}</title></head>\n<body>\n<h1>{}</h1>\n",
        site.body.language, site.body.name, site.body.name
    )
}

/// What the vendor of an overlay writes about its product.
pub(super) fn widget(site: &Site) -> String {
    format!(
        "<h1>{}</h1>\n<p>This site uses the EasyToggle widget. Press Alt+1 to open the toolbar, choose larger text, \
         higher contrast or a reading mask. EasyToggle is a product of EasyToggle Ltd; ask the vendor for a licence.</p>\n\
         <ul><li>Bigger text</li><li>High contrast</li><li>Stop animations</li><li>Highlight links</li></ul>\n",
        site.words.bare
    )
}

/// The start page of a central register.
pub(crate) fn register_home(host: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{host}</title></head>\n<body>\n\
         <main><h1>{host}</h1><p>Sign in to keep the entries of your organisation.</p></main>\n</body>\n</html>\n"
    )
}

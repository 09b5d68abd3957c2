/** Partners' days: counted while they last, closed at night, corrected when rows come late. */
package app.goalgpt.connectors.partner;

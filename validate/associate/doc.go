// Package associate tells what Gong would attach to activities with given
// people: contact, account, lead and deals, and by which step of Gong's own
// description. It also tells which records no activity can ever reach.
//
// The classic way is that of Gong's article "Associating CRM entities with
// Gong activities", per person:
//
//  1. Only people outside the company count.
//  2. Contacts and accounts that the activity itself names are attached; the
//     search goes on all the same.
//  3. A contact with the person's e-mail or phone that has an account: both are
//     attached, and the search ends.
//  4. An account with the domain of the person's e-mail: it is attached, with
//     the contact that has no account, if there is one; the search ends.
//  5. Contacts with the domain of the person's e-mail that have an account:
//     that account is attached, and the search ends.
//  6. A lead with the person's e-mail or phone is attached.
//  7. Else nothing is: a contact that leads to no account is not attached alone.
//
// The default way is that of the newer article "Default CRM entity
// association": no step 5, and of the deals those whose owner took part, if
// there are any.
//
// What the articles leave open is decided here as follows. E-mails and domains
// are compared without regard to case, names in other scripts in their ASCII
// form; a+tag@acme.com is another address than a@acme.com, and a subdomain is
// another domain. Phones are compared by their digits (see Options.Region).
// Domains of consumer mail providers lead to no account. Where several records
// fit equally well the result is ambiguous and lists them. Deleted records,
// and references to records that are not there, do not count. Days are those
// of UTC.
package associate
